/** Lets the graph see real models in both roles, at an address that nothing listens at unless told; answers how to undo it. */
export function useRecordedModels(url = "http://127.0.0.1:9/v1"): () => void {
  const variables = { MODEL_FAST: "openai:recorded-fast", MODEL_SMART: "openai:recorded-smart", OPENAI_BASE_URL: url };
  Object.assign(process.env, variables);
  return () => {
    for (const name of Object.keys(variables)) delete process.env[name];
  };
}
