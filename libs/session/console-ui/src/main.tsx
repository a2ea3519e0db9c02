import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiClient } from './api/api-client';
import { ConsoleApi } from './api/console.api';
import { App } from './app';
import { readConfig } from './config';
import './styles/index.css';

const meta = document.querySelector<HTMLMetaElement>('meta[name="nest-sessions-console"]');
const root = document.getElementById('root');

if (root !== null) {
  const client = new ApiClient((...call) => fetch(...call));
  const api = new ConsoleApi(readConfig(meta?.content ?? '{}'), client);
  createRoot(root).render(
    <StrictMode>
      <App api={api} />
    </StrictMode>,
  );
}
