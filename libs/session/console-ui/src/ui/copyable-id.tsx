import { useAnnounce } from '../shell/announcer';
import { Button } from './button';
import { Icon } from './icon';

/** Characters that tell the ids on a page apart. */
const SHOWN = 8;

/** An id in short. A press copies all of it. @param of Name of the thing, such as `session`. */
export function CopyableId({ id, of }: { id: string; of: string }) {
  const announce = useAnnounce();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(id);
      announce(`Copied the id of the ${of}.`);
    } catch {
      announce(`The browser does not permit copying. The id is ${id}.`);
    }
  };
  return (
    <Button kind="quiet" isSmall onPress={() => void copy()}>
      <span className="hidden">Copy the id of the {of}: </span>
      <code>{id.length > SHOWN ? `${id.slice(0, SHOWN)}…` : id}</code>
      <Icon name="copy" />
    </Button>
  );
}
