/** What one look of `troupe doctor` found: all well, something to know, or something that stops Troupe; `fix` mends it. */
export interface Finding {
  name: string;
  status: "ok" | "warn" | "fail";
  message: string;
  fix?: string;
}

/** A look at one thing; it does not throw for what it looks for. */
export type Check = () => Promise<Finding[]>;
