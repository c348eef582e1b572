import { Router } from "express";
import { z } from "zod";
import { isTroupeError } from "../../errors.ts";
import { check } from "../check-request.ts";
import type { ServerContext } from "../context.ts";
import { demandTrust } from "../guard-network.ts";

export const IngestBody = z.looseObject({ paths: z.array(z.string().min(1)).min(1) });

/**
 * The knowledge base: what is in it, and taking in files and folders of this machine. An ingest answers a line of JSON
 * for each step, `{ progress }`, and one for the end, `{ report }` or `{ error }`.
 */
export function knowledgeRoutes({
  knowledge,
  rules,
  closing,
}: ServerContext & Required<Pick<ServerContext, "knowledge">>): Router {
  return Router()
    .get("/knowledge", async (_request, response) => {
      response.json(await (await knowledge()).describe());
    })

    .post("/knowledge/ingest", async (request, response) => {
      demandTrust(request, rules);
      const { paths } = check(IngestBody, request.body ?? {}, "body");
      const base = await knowledge();
      const left = new AbortController();
      response.once("close", () => left.abort());
      response.type("application/x-ndjson");
      const line = (value: unknown) => response.write(`${JSON.stringify(value)}\n`);
      try {
        const report = await base.ingest(paths, {
          signal: AbortSignal.any([left.signal, closing]),
          onProgress: (progress) => void line({ progress }),
        });
        line({ report });
      } catch (error) {
        // Once a line is out the status is sent too: then the error is a line as well.
        if (!response.headersSent || !isTroupeError(error)) throw error;
        line({ error: { code: error.code, message: error.message, hint: error.hint } });
      }
      response.end();
    });
}
