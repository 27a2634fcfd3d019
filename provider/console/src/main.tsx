import '@patternfly/react-core/dist/styles/base.css';
import './console.css';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createHashRouter, RouterProvider } from 'react-router';

import { Frame } from './frame';
import { Refusal } from './rpc';
import { Screen, Refused } from './show';
import { applyTheme } from './theme';

// What was refused is refused again; what did not answer may.
const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (n, error) => n < 1 && error instanceof Refusal && error.code === 0,
    },
  },
});

type Module = { default: React.ComponentType };
const page = (load: () => Promise<Module>) => ({
  lazy: async () => ({ Component: (await load()).default }),
  errorElement: (
    <Screen title="This page failed">
      <Refused error="The page could not be shown. Load it again; if the provider was upgraded, its pages are new." />
    </Screen>
  ),
});

const router = createHashRouter([
  {
    path: '/',
    Component: Frame,
    HydrateFallback: () => null,
    children: [
      { index: true, ...page(() => import('./pages/overview')) },
      { path: 'me', ...page(() => import('./pages/me')) },
      { path: 'objects', ...page(() => import('./pages/classes')) },
      { path: 'objects/:class', ...page(() => import('./pages/list')) },
      { path: 'objects/:class/:key', ...page(() => import('./pages/object')) },
      { path: 'collections', ...page(() => import('./pages/collections')) },
      { path: 'collections/:key', ...page(() => import('./pages/collections')) },
      { path: 'administrators', ...page(() => import('./pages/administrators')) },
      { path: 'roles', ...page(() => import('./pages/roles')) },
      { path: 'roles/:key', ...page(() => import('./pages/role')) },
      { path: 'scopes', ...page(() => import('./pages/scopes')) },
      { path: 'access', ...page(() => import('./pages/access')) },
      { path: 'policy', ...page(() => import('./pages/versions')) },
      { path: 'policy/edit', ...page(() => import('./pages/policy')) },
      { path: 'policy/diff/:from/:to', ...page(() => import('./pages/diff')) },
      { path: 'audit', ...page(() => import('./pages/audit')) },
      { path: 'audit/:id', ...page(() => import('./pages/record')) },
      { path: 'level', ...page(() => import('./pages/level')) },
      { path: '*', ...page(() => import('./pages/nowhere')) },
    ],
  },
]);

applyTheme();
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
