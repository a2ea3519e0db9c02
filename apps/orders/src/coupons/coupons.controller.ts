import { ProblemException } from '@app/platform';
import { CurrentSession, type Session, Sessions, SkipCache } from 'nest-sessions';
import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import {
  ApiConflictResponse,
  ApiNoContentResponse,
  ApiTags,
  ApiUnprocessableEntityResponse,
} from '@nestjs/swagger';
import { RedeemCouponDto } from './redeem-coupon.dto';

/** Discount of each coupon, in percent. */
const COUPONS: ReadonlyMap<string, number> = new Map([
  ['SPRING', 10],
  ['WELCOME', 20],
]);

/** Records a redeemed coupon in the session: once, and readable for every service. */
@ApiTags('coupons')
@Controller('orders/coupon')
export class CouponsController {
  constructor(private readonly sessions: Sessions<'orders'>) {}

  @Post()
  @SkipCache()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiNoContentResponse({ description: 'The coupon is valid until the session ends.' })
  @ApiConflictResponse({ description: 'A coupon was redeemed in this session before.' })
  @ApiUnprocessableEntityResponse({ description: 'No such coupon.' })
  async redeem(
    @CurrentSession() session: Session,
    @Body() { code }: RedeemCouponDto,
  ): Promise<void> {
    const percent = COUPONS.get(code);
    if (percent === undefined) {
      throw new ProblemException(
        HttpStatus.UNPROCESSABLE_ENTITY,
        'ERR_COUPON_UNKNOWN',
        'There is no such coupon.',
      );
    }
    await this.sessions.add(session, 'coupon', { code, percent });
  }
}
