import { channelLimitsOf, type ChannelOptions } from './channel.options.js';

describe('the options of channels', () => {
  it('have defaults', () => {
    expect(channelLimitsOf({})).toEqual({ closeWithin: 30_000, renewedBy: 'messages' });
  });

  it('are read', () => {
    expect(channelLimitsOf({ closeWithin: '10s', renewedBy: 'open' })).toEqual({
      closeWithin: 10_000,
      renewedBy: 'open',
    });
  });

  it.each([
    [{ closeWithin: '4s' }, "closeWithin must be '5s' or more, got 4000 ms."],
    [{ closeWithin: 'soon' }, "closeWithin: 'soon' is not a time span."],
    [{ renewedBy: 'pings' }, "renewedBy must be 'messages', 'open' or 'opening', got 'pings'."],
    [{ bound: '10s' }, "SessionChannelsModule has no option 'bound'. Its options are closeWithin"],
  ])('are refused when they are not understood: %j', (options, message) => {
    expect(() => channelLimitsOf(options as ChannelOptions)).toThrow(message);
  });
});
