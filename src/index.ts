// The library's face: what a program may import from `alidade`.
export {
  type ModelRoute,
  ModelRouter,
  type ModelRouterOptions,
  type PromptMetadata,
  type RouteInput,
} from './model-router.ts';
