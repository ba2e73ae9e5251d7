using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Keeping.Audit;

/// <summary><c>GET /admin/audit/verify</c>: goes through the whole audit, one caller at a time.</summary>
public static class VerifyEndpoint
{
    internal static async Task<IResult> AnswerAsync(VerifyTurn turn, AuditVerifier verifier, CancellationToken cancel)
    {
        if (!turn.TryTake())
        {
            return Refusals.Conflict("verification_running", "The audit is being verified already; ask again when that is done.");
        }

        try
        {
            return TypedResults.Json(await verifier.VerifyAsync(null, cancel), WireJson.Options);
        }
        finally
        {
            turn.Give();
        }
    }
}

/// <summary>It reads every event there is: a second one at the same time would only slow both, and the server.</summary>
public sealed class VerifyTurn
{
    private int taken;

    public bool TryTake() => Interlocked.CompareExchange(ref taken, 1, 0) == 0;

    public void Give() => Volatile.Write(ref taken, 0);
}
