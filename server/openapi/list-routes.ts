import type { Router } from "express";

/** Every `METHOD /path` that a router answers, those of the routers in it included. */
export function listRoutes(router: Router): string[] {
  return router.stack.flatMap((layer) => {
    if (layer.route) {
      const { path, stack } = layer.route;
      return stack.map(({ method }) => `${method.toUpperCase()} ${path}`);
    }
    return "stack" in layer.handle ? listRoutes(layer.handle as unknown as Router) : [];
  });
}
