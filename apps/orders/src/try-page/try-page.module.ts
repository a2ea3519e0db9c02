import { Module } from '@nestjs/common';
import { TryPageController } from './try-page.controller';

@Module({ controllers: [TryPageController] })
export class TryPageModule {}
