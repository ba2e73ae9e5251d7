using AICodeManager.Cli.Api;

namespace AICodeManager.Cli.Commands.Accounts;

/// <summary>Answers a server that wants a fresh proof in the midst of a command (RFC 9470), where a person can be asked.</summary>
internal sealed class ProofDialogue(Invocation call)
{
    /// <summary>Fewer than the five wrong proofs after which a server ends the session.</summary>
    private const int Tries = 3;

    /// <summary>True when the server has accepted a proof, so that the refused request can be sent again.</summary>
    public async Task<bool> AnswerAsync(ApiProblem demand, CancellationToken cancellationToken)
    {
        // Somebody who is about to answer another question would type that answer here.
        if (!call.Questions.CanAsk || call.Questions.IsAsking)
            return false;
        call.Reporter.Notice(demand.Summary);
        for (var left = Tries; ; left--)
        {
            var typed = await call.Questions.SecretAsync(
                demand.Proof is ProofKind.Code ? FactorCode.Question : Password.Question, cancellationToken);
            if (string.IsNullOrWhiteSpace(typed))
                return false;
            try
            {
                await call.Factors.StepUpAsync(
                    demand.Proof is ProofKind.Code ? new(null, typed.Trim()) : new(typed, null), cancellationToken);
                return true;
            }
            catch (CliFailure failure) when (failure.Problem?.Code is "invalid_proof" && left > 1)
            {
                call.Reporter.Notice(failure.Message);
            }
        }
    }
}
