namespace AICodeManager.Server.Ground.Telemetry;

/// <summary>How a step that is measured ended, where no room has words of its own for it.</summary>
public static class Outcomes
{
    public const string Ok = "ok", Failed = "failed", Cancelled = "cancelled";

    /// <summary>Whoever leaves before the answer is no failure of what was asked.</summary>
    public static string Of(Exception fault) => fault is OperationCanceledException ? Cancelled : Failed;
}
