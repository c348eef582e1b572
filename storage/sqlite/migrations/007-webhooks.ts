/** Webhooks that have not been delivered. */
export const webhooks = ``;
