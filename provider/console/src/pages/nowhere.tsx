import { Link } from 'react-router';

import { Screen } from '../show';

export default function Nowhere() {
  return (
    <Screen title="No such page">
      <p>This link leads nowhere. <Link to="/">To the overview</Link></p>
    </Screen>
  );
}
