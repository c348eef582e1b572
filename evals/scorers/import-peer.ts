import { TroupeError } from "../../errors.ts";

/** Imports a package that only who uses it needs to install. Throws `suite_invalid` with the command that installs it. */
export async function importPeer<Package>(name: "agentevals" | "openevals"): Promise<Package> {
  try {
    return (await import(name)) as Package;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw cause;
    throw new TroupeError("suite_invalid", `This scorer compares by "${name}", which is not installed here.`, {
      hint: `Install it with: npm install --save-dev ${name}`,
      cause,
    });
  }
}
