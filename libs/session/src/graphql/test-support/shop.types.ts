import { Field, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Part {
  @Field()
  name!: string;
}

@ObjectType()
export class Order {
  @Field()
  id!: string;
}
