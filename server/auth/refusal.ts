import { TroupeError } from "../../errors.ts";

/** What an auth handler threw, with the status and headers that it chose, as `HTTPException` of the LangGraph SDK has them. */
export class Refusal extends TroupeError {
  readonly headers: Record<string, string>;
  readonly #status: number;

  constructor({ status, message, headers }: HttpException) {
    super(status === 401 ? "unauthorized" : "forbidden", message, {
      hint: "The auth handler of langgraph.json decides who may do what.",
    });
    this.#status = status;
    this.headers = Object.fromEntries(new Headers(headers));
  }

  override get status(): number {
    return this.#status;
  }
}

interface HttpException extends Error {
  status: number;
  headers?: ConstructorParameters<typeof Headers>[0];
}

/** Whether an error names the HTTP status that it is to be answered with. */
export const isHttpException = (error: unknown): error is HttpException =>
  error instanceof Error &&
  "status" in error &&
  Number.isInteger(error.status) &&
  (error.status as number) >= 400 &&
  (error.status as number) <= 599;
