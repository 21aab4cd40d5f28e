// The order book behind both builds of the support line.

export interface Order {
  readonly id: string
  readonly status: 'shipped' | 'in the warehouse'
  readonly arrives: string
}

const orders: readonly Order[] = [
  { id: 'A1', status: 'shipped', arrives: 'Monday' },
  { id: 'B7', status: 'in the warehouse', arrives: 'Thursday' },
]

/** Looks an order up, or says that there is none. */
export async function findOrder(id: string): Promise<Order | { error: string }> {
  return orders.find((order) => order.id === id.toUpperCase()) ?? { error: `There is no order ${id}.` }
}

export const instructions = 'You are the support line of a small shop. Look orders up before you answer. Be brief.'
