/** A setup file of vitest's workers: no call of a suite leaves this machine. */
import { forbidModelCalls } from "../../testing/index.ts";

forbidModelCalls();
