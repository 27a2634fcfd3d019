/*
 * Calls of the provider: JSON-RPC by POST /rpc. What is refused is a Refusal,
 * with the reason and the next step that the provider gave.
 */
export type Row = Record<string, unknown>;

export interface RefusalData {
  reason?: string;
  how?: string | string[];
  code?: string;
  operation?: string;
  class?: string;
  key?: string;
  decision?: number;
  level?: string;
  level_required?: string;
  property?: string;
  why?: string;
  request?: string;
  mechanisms?: string[];
  raise?: Raise[];
  retry_after_ms?: number;
  messages?: PolicyMessage[];
}

export interface Raise {
  level: string;
  how: { mechanism: string; in_place: boolean; sentence: string }[];
}

export interface PolicyMessage {
  severity: string;
  file: string | null;
  line: number;
  column: number;
  text: string;
}

export class Refusal extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly data: RefusalData,
  ) {
    super(message);
  }
}

// In this page's memory alone; a new page asks again.
let token: string | null = null;

export function useToken(value: string | null) {
  token = value;
}

let lastId = 0;

// A page names itself: no form and no link of another page can send this.
function headers(): HeadersInit {
  return {
    'Content-Type': 'application/json',
    'SMS-Console': '1',
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  };
}

async function post(body: string): Promise<Response> {
  try {
    return await fetch('/rpc', {
      method: 'POST',
      headers: headers(),
      body,
      cache: 'no-store',
      redirect: 'error',
    });
  } catch {
    throw new Refusal('The provider does not answer.', 0, {
      reason: 'unreachable',
      how: 'Check the network and try again; nothing was changed unless the audit says so.',
    });
  }
}

/* What would sign in here: a certificate too, though none was brought. */
function offered(response: Response, data?: RefusalData): string[] {
  const said = data?.mechanisms ?? [];
  const takes = response.headers.get('WWW-Authenticate')?.includes('Certificate');
  return takes && !said.includes('EXTERNAL') ? ['EXTERNAL', ...said] : said;
}

export async function call<T = Row>(method: string, params?: Row): Promise<T> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: ++lastId, method, params });
  const response = await post(body);
  const text = await response.text();
  let answer: { result?: T; error?: { code: number; message: string; data?: RefusalData } };
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Refusal(text.trim() || `HTTP ${response.status}`, -response.status, {});
  }
  if (answer.error)
    throw new Refusal(answer.error.message, answer.error.code, {
      ...answer.error.data,
      ...(response.status === 401 && { mechanisms: offered(response, answer.error.data) }),
    });
  return answer.result as T;
}

export function isNotSignedIn(error: unknown): error is Refusal {
  return error instanceof Refusal && error.code === 1;
}
