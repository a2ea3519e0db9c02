import type { OrderEvent } from './order-event';
import { OrderFeed } from './order-feed';

const deleted = (id: string): OrderEvent => ({ event: 'order-deleted', data: { id } });

describe('OrderFeed', () => {
  it('emits an event to all feeds of its user, and to no other', () => {
    const feed = new OrderFeed();
    const received: string[] = [];
    feed.of('ada').subscribe(({ data }) => received.push(`ada 1: ${data.id}`));
    feed.of('ada').subscribe(({ data }) => received.push(`ada 2: ${data.id}`));
    feed.of('bob').subscribe(({ data }) => received.push(`bob: ${data.id}`));

    feed.publish('ada', deleted('o-1'));

    expect(received).toEqual(['ada 1: o-1', 'ada 2: o-1']);
  });

  it('goes on for the other feeds of a user after one has closed', () => {
    const feed = new OrderFeed();
    const received: string[] = [];
    const first = feed.of('ada').subscribe();
    feed.of('ada').subscribe(({ data }) => received.push(data.id));

    first.unsubscribe();
    feed.publish('ada', deleted('o-1'));

    expect(received).toEqual(['o-1']);
  });

  it('starts again after all feeds of a user have closed', () => {
    const feed = new OrderFeed();
    const received: string[] = [];
    feed.of('ada').subscribe().unsubscribe();
    feed.publish('ada', deleted('o-1'));
    feed.of('ada').subscribe(({ data }) => received.push(data.id));
    feed.publish('ada', deleted('o-2'));

    expect(received).toEqual(['o-2']);
  });
});
