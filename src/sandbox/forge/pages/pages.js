// Everything works without this file; with it, pages follow what happens on the server.
// A page names its stream of events in `data-events` and the parts that may change in `data-live`.

const { events, live } = document.body.dataset;

if (events !== undefined && live !== undefined) {
  const source = new EventSource(events);
  let loading = false;
  let again = false;

  /** Puts the new part in place of the old one; what was not there before gets the class `fresh`. */
  const swap = (id, fresh) => {
    const old = document.getElementById(id);
    if (old === null || fresh === null || old.isEqualNode(fresh)) return;
    const before = new Set(Array.from(old.querySelectorAll("[data-key]"), (part) => part.dataset.key));
    const open = new Set(Array.from(old.querySelectorAll("details[open] > summary"), (part) => part.textContent));
    for (const part of fresh.querySelectorAll("[data-key]")) {
      if (!before.has(part.dataset.key)) part.classList.add("fresh");
    }
    for (const summary of fresh.querySelectorAll("details > summary")) {
      if (open.has(summary.textContent)) summary.parentElement.open = true;
    }
    old.replaceWith(document.importNode(fresh, true));
  };

  const reload = async () => {
    if (loading) {
      again = true;
      return;
    }
    loading = true;
    do {
      again = false;
      const answer = await fetch(location.href, { headers: { accept: "text/html" } }).catch(() => undefined);
      if (answer?.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const id of live.split(" ")) swap(id, fresh.getElementById(id));
      }
    } while (again);
    loading = false;
  };

  source.addEventListener("changed", reload);
  source.addEventListener("fragment", (event) => {
    const fresh = new DOMParser().parseFromString(event.data, "text/html");
    for (const id of live.split(" ")) swap(id, fresh.getElementById(id));
  });
  source.addEventListener("open", () => document.body.classList.remove("away"));
  source.addEventListener("error", () => document.body.classList.add("away"));
}
