import { SessionOptionsError } from '../errors/session-options.error.js';
import { webSocketsSettingsOf } from './websockets.options.js';

describe('the options of SessionWebSocketsModule', () => {
  it('close with private codes by default', () => {
    expect(webSocketsSettingsOf({})).toEqual({ closeCodes: 'private' });
    expect(webSocketsSettingsOf({ closeCodes: 'registered' })).toEqual({
      closeCodes: 'registered',
    });
  });

  it('refuse unknown names and values', () => {
    const rows: [given: object, message: string][] = [
      [{ closeCode: 'private' }, "has no option 'closeCode'. Its option is closeCodes."],
      [{ closeCodes: 'own' }, "closeCodes must be 'private' or 'registered', got 'own'."],
    ];
    for (const [given, message] of rows) {
      const read = () => webSocketsSettingsOf(given);
      expect(read).toThrow(SessionOptionsError);
      expect(read).toThrow(message);
    }
  });
});
