import { expect, test } from "vitest";
import { withoutCredentials } from "../../../../src/core/manifest/credentials-in-text.ts";

const canary = "hunter2Xq9";

test.each([
  ["Telegram's", "https://api.telegram.org/bot123:CANARY/sendMessage", "https://api.telegram.org/botMASKED"],
  ["Telegram's alone", `a 123456789:AA${"b".repeat(33)} c`, "a MASKED c"],
  ["Discord's", "https://discord.com/api/webhooks/1/CANARY", "https://discord.com/api/webhooks/MASKED"],
  [
    "Discord's with a version",
    "https://discordapp.com/api/v10/webhooks/1/CANARY",
    "https://discordapp.com/api/v10/webhooks/MASKED",
  ],
  ["Slack's", "https://hooks.slack.com/services/T0/B0/CANARY", "https://MASKED"],
  ["Slack's workflow", "https://hooks.slack.com/workflows/T0/A0/CANARY", "https://MASKED"],
  [
    "Azure's",
    "https://a.blob.core.windows.net/c?sv=1&sig=CANARY%3D&se=2",
    "https://a.blob.core.windows.net/c?sv=1&sig=MASKED&se=2",
  ],
  [
    "Amazon's",
    "https://b.example/o?X-Amz-Date=1&X-Amz-Signature=CANARY",
    "https://b.example/o?X-Amz-Date=1&X-Amz-Signature=MASKED",
  ],
  [
    "in XML",
    "https://b.example/o?a=1&amp;Signature=CANARY&amp;b=2",
    "https://b.example/o?a=1&amp;Signature=MASKED&amp;b=2",
  ],
  ["a function's", "https://f.example/api/x?code=CANARY==", "https://f.example/api/x?code=MASKED"],
  ["a key's", "https://maps.example/x?key=CANARY&q=1", "https://maps.example/x?key=MASKED&q=1"],
  [
    "of JDBC",
    "jdbc:postgresql://h/db?user=a&password=CANARY&ssl=true",
    "jdbc:postgresql://h/db?user=a&password=MASKED&ssl=true",
  ],
  ["of Oracle", "jdbc:oracle:thin:scott/CANARY@host:1521/x", "jdbc:oracle:thin:scott/MASKED@host:1521/x"],
])("an address that lets in whoever knows it is hidden: %s", (_, text, told) => {
  expect(withoutCredentials(text.replaceAll("CANARY", canary))).toBe(told.replaceAll("MASKED", "********"));
});

test.each([
  ["a hash of Apache's", "app:$apr1$abc$CANARY", "app:MASKED"],
  ["a hash of a shadow file", "root:$6$abc$CANARY:19000:0:", "root:MASKED:19000:0:"],
  ["bcrypt's", "basicauth {\n  a $2a$14$CANARY\n}", "basicauth {\n  a MASKED\n}"],
  ["Amazon's secret behind its id", `AKIAIOSFODNN7EXAMPLE,${canary.repeat(4)}`, "MASKED"],
  [
    "a key over lines",
    "k: |\n  -----BEGIN EC PRIVATE KEY-----\n  CANARY\n  -----END EC PRIVATE KEY-----\na: b",
    "k: |\n  MASKED\na: b",
  ],
])("so is what is one by its form: %s", (_, text, told) => {
  expect(withoutCredentials(text.replaceAll("CANARY", canary))).toBe(told.replaceAll("MASKED", "********"));
});

test.each(["https://a.example/error?code=404", "https://a.example/?key=name&sign=a", "a costs $5 or $6 and $7"])(
  "and what is none stays: %s",
  (text) => {
    expect(withoutCredentials(text)).toBe(text);
  },
);
