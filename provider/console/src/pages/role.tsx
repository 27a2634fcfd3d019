/* One role as a matrix: types of objects by operations. */
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { Link, useParams } from 'react-router';

import { type Operation, useAsk, useOperations } from '../asking';
import type { Row } from '../rpc';
import { Answer, LEVELS, plain, Screen } from '../show';

interface Granted {
  ObjectTypeID: number;
  GrantedOperations: number;
  RequiredLevel: number;
}

interface Line {
  type: string;
  has: Map<string, boolean>;
  level: number;
}

/* Bits up to 2^31: no signed arithmetic. */
const isSet = (bits: number, flag: number) => Math.floor(bits / flag) % 2 === 1;

function lines(granted: Granted[], operations: Operation[]): Line[] {
  return granted.map((one) => {
    const own = operations.filter((op) => op.ObjectTypeID === one.ObjectTypeID);
    return {
      type: own[0]?.ObjectTypeName ?? `type ${one.ObjectTypeID}`,
      has: new Map(own.map((op) => [op.OperationName, isSet(one.GrantedOperations, op.BitFlag)])),
      level: one.RequiredLevel,
    };
  }).sort((a, b) => a.type.localeCompare(b.type));
}

function mark(has: boolean | undefined) {
  if (has === undefined) return '';
  return has ? <span aria-label="granted">✓</span> : <span aria-label="not granted">–</span>;
}

function Matrix({ rows }: { rows: Line[] }) {
  const names = [...new Set(rows.flatMap((one) => [...one.has].filter(([, is]) => is).map(([name]) => name)))];
  return (
    <div className="scrolled" tabIndex={0} role="region" aria-label="Types by operations">
      <Table variant="compact" className="matrix" aria-label="Types by operations" gridBreakPoint="">
        <Thead>
          <Tr>
            <Th>Type</Th>
            {names.map((name) => <Th key={name} modifier="wrap">{name}</Th>)}
            <Th>Level</Th>
          </Tr>
        </Thead>
        <Tbody>
          {rows.map((one) => (
            <Tr key={one.type}>
              <Th>{one.type}</Th>
              {names.map((name) => <Td key={name}>{mark(one.has.get(name))}</Td>)}
              <Td>{LEVELS[one.level] ?? ''}</Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  );
}

function Shown({ role }: { role: Row }) {
  const operations = useOperations();
  return (
    <>
      <p>{`${plain(role.NumberOfAdmins)} administrators have it. ${plain(role.RoleDescription)} `}
        {role.DeclaredIn ? `Declared in ${role.DeclaredIn}.` : ''}</p>
      <p>A tick is granted; a dash exists for the type and is not granted; empty cells do not exist.</p>
      <Answer of={operations}>
        {(data) => <Matrix rows={lines((role.Operations as Granted[]) ?? [], data.items)} />}
      </Answer>
    </>
  );
}

export default function Role() {
  const { key = '' } = useParams();
  const role = useAsk('object.get', { class: 'SMS_Role', key });
  return (
    <Screen title={role.data ? `Role ${role.data.RoleName}` : 'Role'}
      actions={<Link to={`/objects/SMS_Role/${key}`}>Details, edit, delete</Link>}>
      <p><Link to="/roles">All roles</Link></p>
      <Answer of={role}>{(data) => <Shown role={data} />}</Answer>
    </Screen>
  );
}
