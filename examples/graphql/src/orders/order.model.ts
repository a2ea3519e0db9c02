import { Field, ID, ObjectType } from '@nestjs/graphql';

@ObjectType()
export class Order {
  @Field(() => ID)
  id!: string;

  @Field()
  product!: string;

  @Field()
  orderedBy!: string;
}
