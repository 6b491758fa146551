// Everything works without this file; with it, pages follow what happens on the server.
// A page names its stream of events in `data-events` and the parts that may change in `data-live`.

const { events, live } = document.body.dataset;

/** The same part before and after: by its own text or name, inside the thing that `data-key` names. */
const nameOf = (part) =>
  [part.closest("[data-key]")?.dataset.key, part.id, part.name, part.value, part.matches("summary") && part.textContent]
    .filter(Boolean)
    .join("|");

/** Puts the new part in place of the old one and keeps what the person did: opened, chosen, focused. */
const swap = (id, next) => {
  const old = document.getElementById(id);
  if (old === null || next === null || old.isEqualNode(next)) return;
  const part = document.importNode(next, true);
  const before = new Set(Array.from(old.querySelectorAll("[data-key]"), (one) => one.dataset.key));
  for (const one of part.querySelectorAll("[data-key]")) {
    if (!before.has(one.dataset.key)) one.classList.add("fresh");
  }
  const opened = new Map(
    Array.from(old.querySelectorAll("details > summary"), (one) => [nameOf(one), one.parentElement.open]),
  );
  for (const summary of part.querySelectorAll("details > summary")) {
    summary.parentElement.open = opened.get(nameOf(summary)) ?? summary.parentElement.open;
  }
  for (const select of old.querySelectorAll("select")) {
    const same = part.querySelector(`#${select.id}`);
    if (same !== null) same.value = select.value;
  }
  const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : undefined;
  old.replaceWith(part);
  if (focused === undefined) return;
  for (const one of part.querySelectorAll("a, button, select, summary")) {
    if (nameOf(one) === focused) return one.focus({ preventScroll: true });
  }
};

const show = (text) => {
  const fresh = new DOMParser().parseFromString(text, "text/html");
  for (const id of live.split(" ")) swap(id, fresh.getElementById(id));
};

let loading = false;
let again = false;

/** Loads the page once more and takes over what has changed; never twice at a time. */
const refresh = async () => {
  again = true;
  if (loading) return;
  loading = true;
  while (again) {
    again = false;
    const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => undefined);
    if (answer?.ok) show(await answer.text());
  }
  loading = false;
};

if (events !== undefined && live !== undefined) {
  const source = new EventSource(events);
  source.addEventListener("changed", refresh);
  source.addEventListener("open", () => {
    document.body.classList.remove("away");
    refresh();
  });
  source.addEventListener("error", () => document.body.classList.add("away"));
}

// Forms whose outcome shows on the page anyway are sent without leaving it.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("quiet" in form.dataset)) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body }).catch(() => undefined);
  if (answer?.ok) show(await answer.text());
  else await refresh();
});
