/** The entry point `troupe`: what every room shares. The rooms have entry points of their own, such as `troupe/nodes`. */
export { readConfig, type Config } from "./config.ts";
export { errorStatus, isTroupeError, TroupeError, type ErrorCode } from "./errors.ts";
