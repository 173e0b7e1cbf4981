import type { FormRequest } from '../form/form-request.ts';
import { writeForm } from '../form/write-form.ts';
import type { ParsedRequest, ResolvedModel } from '../pipeline/contexts.ts';
import type { AnswerFormat } from './answer-format.ts';
import type { RequestExtras } from './carriage.ts';
import { PassedCarriage } from './passed-carriage.ts';

/** For forms: framed anew with the upstream's name of the model, all else in its order and as it was sent. */
export class FormCarriage extends PassedCarriage {
  readonly #form: FormRequest;
  readonly #model: string;

  constructor(request: ParsedRequest & { form: FormRequest }, model: ResolvedModel, format: AnswerFormat) {
    super(request, model, format);
    this.#form = request.form;
    this.#model = model.target.model;
  }

  override request(extras: RequestExtras) {
    // Where and with which credential is the dialect's matter; what is sent is not its JSON.
    const { url, headers } = super.request(extras);
    const { contentType, body } = writeForm(this.#form, { model: this.#model });
    return { url, headers: { ...headers, 'content-type': contentType }, body };
  }
}
