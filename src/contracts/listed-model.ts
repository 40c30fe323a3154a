/** One entry of `GET /v1/models`. */
export interface ListedModel {
  id: string;
  object: 'model';
  created: number;
  owned_by: string;
}
