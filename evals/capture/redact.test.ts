import { expect, test } from "vitest";
import { createRedaction } from "./redact.ts";

const redactOne = async (text: string) => (await createRedaction(text)).redact(text);

test.each([
  ["OpenAI", "sk-proj-abcdefghijklmnopqrstuvwxyz0123456789"],
  ["Anthropic", `sk-ant-api03-${"a".repeat(93)}AA`],
  ["GitHub", "ghp_16C7e42F292c6912E7710c838347Ae178B4a"],
  ["AWS", "AKIAIOSFODNN7ABCDEFG"],
  ["Slack", "xoxb-123456789012-1234567890123-abcdefghijklmnopqrstuvwx"],
  ["npm, which secretlint knows", "npm_abcdefghijklmnopqrstuvwxyz0123456789"],
  ["GitLab, which secretlint knows", "glpat-abcdefghijklmnopqrst"],
  [
    "a JWT",
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
  ],
  ["Hugging Face", "hf_abcdefghijKLMNOPQRST0123456789abcd"],
  ["LangSmith", "lsv2_pt_0123456789abcdef0123456789abcdef_0123456789"],
  ["a webhook", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  ["Google OAuth", "ya29.a0AfH6SMBx-0123456789abcdefghij"],
  ["Mailgun", "key-0123456789abcdef0123456789abcdef"],
  ["Telegram", `123456789:${"AAHdqTcvCH1vGWJxfSeofSAs0K5PALDs".padEnd(35, "w")}`],
  ["PGP", "-----BEGIN PGP PRIVATE KEY BLOCK-----\nlQOYBF\n-----END PGP PRIVATE KEY BLOCK-----"],
  ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA12345\nabc\n-----END RSA PRIVATE KEY-----"],
])("a key of %s is replaced whole", async (_, value) => {
  expect(await redactOne(`Here: ${value} .`)).toBe("Here: redacted-secret-1 .");
});

test.each([
  ["Authorization: Bearer abcdef0123456789", "Authorization: Bearer redacted-secret-1"],
  ["postgres://app:hunter2@db.local:5432/shop", "postgres://app:redacted-secret-1@db.local:5432/shop"],
  ["Authorization: Basic dXNlcjpodW50ZXIy", "Authorization: Basic redacted-secret-1"],
  ["https://a.b/c?token=a8f7c2e19b&x=1", "https://a.b/c?token=redacted-secret-1&x=1"],
  ["card 2223003122003222, please", "card 4000000000000010, please"],
  ["my api_key=Zx81Zx81 and more", "my api_key=redacted-secret-1 and more"],
  ["write to Ann.Lee@Shop.co.uk!", "write to redacted-1@example.com!"],
  ["card 4111 1111 1111 1111, please", "card 4000 0000 0000 0010, please"],
  ["account DE89 3704 0044 0532 0130 00", "account DE09 0000 0000 0000 0000 01"],
  ["call +49 170 1234567 or (212) 555-0187", "call +55 500 0000001 or (555) 000-0002"],
  ["my password is hunter.", "my password is redacted-secret-1."],
  ["the password for the shop is correcthorse, ok?", "the password for the shop is redacted-secret-1, ok?"],
  ['log in with {password: "correcthorse"}', 'log in with {password: "redacted-secret-1"}'],
  ['"{\\"db_password\\":\\"correcthorse\\"}"', '"{\\"db_password\\":\\"redacted-secret-1\\"}"'],
  ["password: 12345678", "password: 90000001"],
  ["call +4915112345678 or +4915112345670", "call +5550000000001 or +5550000000002"],
  ["my phone number is 015112345678", "my phone number is 555000000001"],
  ['{"phoneNumber":"2125550187"} or call me at 2125550187!', '{"phoneNumber":"5550000001"} or call me at 5550000001!'],
  ["to de89370400440532013000", "to de09000000000000000001"],
  ["at61 1904 3002 3457 3201 from my account", "at88 0000 0000 0000 0001 from my account"],
  ["/u?q=%20ann%2Bx%40shop.com&to=ann+x@shop.com", "/u?q=%20redacted-1%40example.com&to=redacted-1@example.com"],
  ["a \ue000 and \ue001 by ann@shop.com", "a \ue000 and \ue001 by redacted-1@example.com"],
  ["from 203.0.113.9:8080 and ::ffff:203.0.113.8", "from 192.0.2.1:8080 and 2001:db8::2"],
  ['{"token":"a8f7c2e19b","status":"ok"}', '{"token":"redacted-secret-1","status":"ok"}'],
  ['"{\\"access_token\\":\\"a8f7c2e19b\\"}"', '"{\\"access_token\\":\\"redacted-secret-1\\"}"'],
  ["Cookie: sid=a8f7c2e19b; theme=dark", "Cookie: redacted-secret-1"],
  ["Authorization: Token a8f7c2e19b", "Authorization: Token redacted-secret-1"],
  ["curl -u ann:hunter2 https://a.b", "curl -u ann:redacted-secret-1 https://a.b"],
  ["export DB_PASS=hunter22 TOKEN=a8f7c2", "export DB_PASS=redacted-secret-1 TOKEN=redacted-secret-2"],
  ["Server=db;Uid=app;Pwd=hunter;", "Server=db;Uid=app;Pwd=redacted-secret-1;"],
  ["AccountKey=abcdefghijklmnopqrstuvwxyz0123==;Suffix=x", "AccountKey=redacted-secret-1;Suffix=x"],
  ["from 203.0.113.9 and 2a01:4f8::1", "from 192.0.2.1 and 2001:db8::2"],
])("%j becomes %j", async (text, redacted) => {
  expect(await redactOne(text)).toBe(redacted);
});

test.each([
  "On 2026-11-23T03:17:04.123+01:00 at 12:30:45, order 1234567890123456, 1764000000000 ms, 3.14159265358979",
  "id 0199a3b4-7c1d-7e2f-8a9b-0c1d2e3f4a5b, std::cout, version 2.10.1, docs/leave.md:12-34, 127.0.0.1:2024, ::1",
  "checkpoint 1f0c85a2-4123-6123-8123-4000ab0c1d2e, whose digits would be a card's",
  "The password is required, is too short, is shown once, is case-sensitive and never stored. password: <yours>, password=$SECRET",
  '{"password": "string", "required": ["password"]}; password: {password}; Password:\nOpen the settings.',
  "order 015112345678, phone order 2125550187, iPhone 15, call_2125550187, call 3 of 12, on call 2026-11-23, invoice 4915112345671",
  "trace be68539007547035be68539007547035, span be68539007547035, id de8937040044053201300, de89370400440532013001, ad12 that then ends here",
  "50%40 of what.ever, \ue000, 20%4000.00",
  "a::b of pk_user_id_primary_column, PRIMARY_KEY=orders, pwd=/home/ann, $ pwd, key-value-store, KEY=$SECRET1",
  "the password: forgotten; what is 17.5% of 2480 + 12? AB12 is no account, @ann no address, risk-management-of-software",
])("what only looks alike is left: %s", async (text) => {
  expect(await redactOne(text)).toBe(text);
});

test("one value has one placeholder in every place and form, two values have two", async () => {
  const sample = {
    "ann@shop.com": ["ANN@shop.com", "bob@shop.com"],
    card: [4111111111111111, "4111-1111-1111-1111"],
    settings: { password: "open sesame" },
    text: "It is open sesame, Ann: ann@shop.com.",
    kept: [null, true, 0.1, -7],
  };
  const redaction = await createRedaction(sample);
  expect(redaction.redact(sample)).toEqual({
    "redacted-1@example.com": ["redacted-1@example.com", "redacted-2@example.com"],
    card: [4000000000000010, "4000-0000-0000-0010"],
    settings: { password: "redacted-secret-1" },
    text: "It is redacted-secret-1, Ann: redacted-1@example.com.",
    kept: [null, true, 0.1, -7],
  });
  expect(redaction.counts()).toEqual({ email: 2, card: 1, secret: 1 });
});

test("a field says what its digits are", async () => {
  const value = {
    password: 12345678,
    said: "It is 12345678.",
    phone: 2125550187,
    mobiles: ["015112345678"],
    order: 2125550187,
    type: { password: "string" },
    kind: "a string, 9123456780",
  };
  expect((await createRedaction(value)).redact(value)).toEqual({
    ...value,
    password: 90000001,
    said: "It is 90000001.",
    phone: 5550000001,
    mobiles: ["555000000002"],
  });
});

test("what stands in a field for secrets is replaced, and in lists of them", async () => {
  const value = { token: "abcdefgh", api_keys: ["ijklmnop"], total_tokens: 12, kept: "qrstuvwx" };
  expect((await createRedaction(value)).redact(value)).toEqual({
    token: "redacted-secret-1",
    api_keys: ["redacted-secret-2"],
    total_tokens: 12,
    kept: "qrstuvwx",
  });
});

test("fields are known as secret by what their names say, alone, in pairs and by name", async () => {
  const secret = "Zq8f7c2e19b";
  const fields = ["AWS_SECRET_ACCESS_KEY", "secret_key", "privateKey", "accessKey", "credentials", "pwd", "passphrase"];
  const others = ["encryption_key", "signingKey", "DB_PASS", "jwt", "auth", "github_token", "passwords", "x-api-key"];
  for (const field of [...fields, ...others]) {
    for (const value of [
      { [field]: secret },
      { [field]: [secret] },
      { [field]: { value: secret } },
      [field, secret],
      { name: field, value: secret },
    ]) {
      const redacted = JSON.stringify((await createRedaction(value)).redact({ value, said: `It is ${secret}.` }));
      expect(redacted, `${field}: ${JSON.stringify(value)}`).not.toContain(secret);
    }
  }
  const kept = { max_tokens: 400, total_tokens: 12, token: 123456, keyboard: secret, primary: secret };
  expect((await createRedaction(kept)).redact(kept)).toEqual(kept);
});

test("personal data that are to be kept stay, as they are written, and are told as found", async () => {
  const text = "Write to support@shop.com, not to ann@shop.com: password: hunter22";
  expect((await createRedaction(text)).found()).toEqual([]);
  const all = await createRedaction(text);
  all.redact(text);
  expect(all.found()).toEqual(["support@shop.com", "ann@shop.com"]);
  const some = await createRedaction(text, new Set(["support@shop.com", "hunter22"]));
  expect(some.redact(text)).toBe(
    "Write to support@shop.com, not to redacted-1@example.com: password: redacted-secret-1",
  );
});

test("a word in a field for secrets is replaced in its place alone", async () => {
  const value = { token: "orders", said: "All orders are here." };
  expect((await createRedaction(value)).redact(value)).toEqual({ ...value, token: "redacted-secret-1" });
});

test.each([" ", "\\", "a%40", "password for "])("a text of nothing but %j is read in no time", async (part) => {
  const text = part.repeat(100_000 / part.length);
  expect((await createRedaction("")).redact(text)).toBe(text);
});
