import { useState } from 'react';
import { useApi } from '../console.context';
import { Button } from '../ui/button';
import { TextField } from '../ui/text-field';
import { useLoaded } from '../ui/use-loaded';
import { knownRoles } from './known-roles';

interface Properties {
  label?: string;
  value: readonly string[];
  onChange: (roles: readonly string[]) => void;
}

/** Check boxes for the roles that services require, and a field for any other role. */
export function RolePicker({ label = 'Roles', value, onChange }: Properties) {
  const api = useApi();
  const [added, setAdded] = useState<readonly string[]>([]);
  const [other, setOther] = useState('');
  const services = useLoaded((signal) => api.services(signal));
  const roles = knownRoles(services.value ?? [], [api.config.role, ...value, ...added]);
  const toggle = (role: string, isChosen: boolean) => {
    onChange(isChosen ? [...value, role] : value.filter((it) => it !== role));
  };
  const add = () => {
    const role = other.trim();
    if (role === '') return;
    setAdded([...added, role]);
    setOther('');
    if (!value.includes(role)) onChange([...value, role]);
  };
  return (
    <fieldset className="role-picker">
      <legend>{label}</legend>
      <div className="choices">
        {roles.map((role) => (
          <label key={role} className="choice">
            <input
              type="checkbox"
              checked={value.includes(role)}
              onChange={({ target }) => {
                toggle(role, target.checked);
              }}
            />
            {role}
          </label>
        ))}
      </div>
      <div className="field-row">
        <TextField
          label="Another role"
          autoCapitalize="none"
          value={other}
          onChange={setOther}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button onPress={add}>Add</Button>
      </div>
    </fieldset>
  );
}
