"""The table of mistakes: by slug what makes its slips. A mistake is added by adding a row.

Titles, reasons and examples stand in the glossary under the same slugs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rnncalc.checking.mistakes import activations, backward, gates, gradients, roots, states, sums, truncation
from rnncalc.checking.mistakes.slip import Slip
from rnncalc.checking.scene import Scene

Maker = Callable[[Scene], Iterator[Slip]]

MISTAKES: tuple[tuple[str, Maker], ...] = (
    ("missing-transpose", sums.missing_transpose),
    ("needless-transpose", sums.needless_transpose),
    ("missing-bias", sums.missing_bias),
    ("doubled-bias", sums.doubled_bias),
    ("missing-term", sums.missing_term),
    ("swapped-weights", sums.swapped_weights),
    ("swapped-concatenation", sums.swapped_concatenation),
    ("wrong-sign", sums.wrong_sign),
    ("initial-state-every-step", states.initial_state_every_step),
    ("forgotten-initial-state", states.forgotten_initial_state),
    ("previous-input", states.previous_input),
    ("next-input", states.next_input),
    ("first-input-every-step", states.first_input_every_step),
    ("reversed-input", states.reversed_input),
    ("later-state", states.later_state),
    ("earlier-state", states.earlier_state),
    ("missing-cell-tanh", activations.missing_cell_tanh),
    ("no-activation", activations.no_activation),
    ("no-activation", activations.relu_left_out_once),
    ("used-pre-activation", states.used_pre_activation),
    ("wrong-activation", activations.wrong_activation),
    ("hard-sigmoid", activations.hard_sigmoid),
    ("unnormalised-softmax", activations.unnormalised_softmax),
    ("softmax-over-time", activations.softmax_over_time),
    ("log-base", activations.log_base),
    ("missing-term", activations.half_cross_entropy),
    ("factor-two", activations.loss_factor),
    ("mean-for-sum", activations.mean_loss),
    ("update-reversed", gates.update_reversed),
    ("swapped-gates", gates.swapped_gates),
    ("missing-gate", gates.missing_gate),
    ("reset-before", gates.reset_before),
    ("reset-after", gates.reset_after),
    ("bias-outside-reset", gates.bias_outside_reset),
    ("forget-bias", gates.forget_bias),
    ("gate-order", gates.gate_order),
    ("wrong-sign", activations.sigmoid_of_the_other_sign),
    ("missing-derivative", backward.missing_derivative),
    ("needless-derivative", roots.needless_derivative),
    ("wrong-derivative", backward.wrong_derivative),
    ("missing-factor", backward.missing_factor),
    ("no-carried-adjoint", backward.no_carried_adjoint),
    ("last-step-only", truncation.last_step_only),
    ("last-step-only", roots.last_step_of_loss),
    ("not-summed-over-time", gradients.not_summed_over_time),
    ("dropped-step", gradients.dropped_step),
    ("product-of-sums", gradients.product_of_sums),
    ("truncated-bptt", truncation.truncated_bptt),
    ("wrong-outer-product", gradients.wrong_outer_product),
    ("transposed-in-backward", backward.transposed_in_backward),
    ("factor-two", roots.factor_two),
    ("mean-for-sum", roots.mean_loss_sent_back),
    ("mean-for-sum", gradients.mean_gradient),
    ("wrong-sign", roots.wrong_sign_in_backward),
    ("later-state", backward.wrong_step_in_backward),
    ("wrong-direction", states.wrong_direction),
    ("wrong-weight", sums.wrong_weight),
    ("wrong-quantity", backward.wrong_adjoint),
    ("wrong-quantity", states.wrong_quantity),
)


SLUGS: tuple[str, ...] = tuple(dict.fromkeys(slug for slug, _ in MISTAKES))


def all_slips(scene: Scene, since: int = 0) -> Iterator[Slip]:
    """Go through every slip that the equations of a calculation allow, none of them twice.

    Args:
        since: The place among SLUGS from which on slips are made.
    """
    seen = set()
    for slug, make in MISTAKES:
        if SLUGS.index(slug) < since:
            continue
        for slip in make(scene):
            key = (frozenset(slip.lines.items()), tuple((at, array.tobytes()) for at, array in slip.numbers.items()))
            if key not in seen:
                seen.add(key)
                yield slip
