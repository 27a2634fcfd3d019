/* Questions that several pages ask, and what their answers look like. */
import { useQuery } from '@tanstack/react-query';

import { call, type Raise, type Row } from './rpc';

export interface Whoami {
  user: string;
  host?: string;
  level: string;
  minimum_level: string;
  evidence: {
    method: string;
    detail: string;
    identities: { kind: string; value: string }[];
    authenticated: string;
    expires: string;
  };
  groups: string[];
  expires: string;
  administrators: string[];
  assignments: { administrator: string; roles: string[]; scopes: string[]; collections: string[] }[];
  raise: Raise[];
}

export interface Property {
  name: string;
  type: string;
  flags: string[];
  describe: string;
  max_bytes?: number;
}

export interface Need {
  class: string;
  operation: string;
}

export interface ClassMethod {
  name: string;
  static: boolean;
  describe: string;
  need?: Need;
  args: Property[];
}

export interface ClassInfo {
  name: string;
  describe: string;
  verbs: string[];
  inventory?: boolean;
  rights?: Record<string, Need>;
  properties?: Property[];
  name_property?: string;
  references?: Record<string, string>;
  methods?: ClassMethod[];
}

export interface Page<T = Row> {
  items: T[];
  next?: string | number;
  count?: number;
}

export interface Decision {
  user: string;
  allowed: boolean;
  code: string;
  text: string;
  level: string;
  level_required?: string;
  findings: Finding[];
}

export interface Named {
  id: string;
  name: string;
}

export interface Finding {
  administrator: string;
  assignment: number;
  role?: Named;
  scope?: Named;
  collection?: Named;
  code: string;
  text: string;
  level_required?: string;
  change?: Row & { kind: string };
}

export function useAsk<T = Row>(method: string, params?: Row, enabled = true) {
  return useQuery({
    queryKey: [method, params ?? null],
    queryFn: () => call<T>(method, params),
    enabled,
  });
}

export const useWhoami = () => useAsk<Whoami>('session.whoami');

export const useClasses = () => useAsk<{ items: ClassInfo[] }>('object.classes');

export const useClass = (name: string) => useAsk<ClassInfo>('object.classes', { class: name });

export interface Operation {
  ObjectTypeID: number;
  ObjectTypeName: string;
  BitFlag: number;
  OperationName: string;
  IsTypeWideOperation: boolean;
}

/* Which operations there are on which types. */
export const useOperations = () =>
  useAsk<Page<Operation>>('object.list', { class: 'SMS_AvailableOperation', limit: 10000 });

/* May the caller do this? The answer is there before anybody clicks. */
export const useMay = (operation: string, type: string, key?: string, enabled = true) =>
  useAsk<Decision>('access.explain', { operation, class: type, ...(key ? { key } : {}) }, enabled);
