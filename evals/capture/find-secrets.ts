import { lintSource } from "@secretlint/core";
import { creator } from "@secretlint/secretlint-rule-preset-recommend";

/** Of these only the password is secret, and the rest may matter. */
const withPassword = /database-connection-string|basicauth/;

/** The tokens and keys in texts that secretlint's recommended rules know by their form: of providers, clouds, code hosts, … */
export async function findSecrets(texts: readonly string[]): Promise<string[]> {
  const content = texts.join("\n\n");
  const { messages } = await lintSource({
    source: { filePath: "texts.txt", content, ext: ".txt", contentType: "text" },
    options: { config: { rules: [{ id: "secrets", rule: creator, options: {} }] } },
  });
  const found = messages.filter(({ ruleId }) => !withPassword.test(ruleId));
  return [...new Set(found.map(({ range }) => content.slice(...range)))];
}
