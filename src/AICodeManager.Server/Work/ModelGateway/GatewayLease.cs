using System.Diagnostics;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>One task's right to call the model through one socket.</summary>
/// <param name="SocketFolder">Exists already, and is mounted into this task's sandbox only; the socket in it is <c>model.sock</c>.</param>
/// <param name="TokenHash">SHA-256 of the task's token; the token itself is not kept here.</param>
/// <param name="Label">Names the task in the log.</param>
/// <param name="AllowServerTools">Lets the provider's own tools pass. They carry data past every network rule of the sandbox.</param>
public sealed record GatewayLease(string SocketFolder, byte[] TokenHash, IBudgetLedger Ledger, string Label, bool AllowServerTools = false)
{
    /// <summary>The span that calls of the model belong to; default for none.</summary>
    public ActivityContext Trace { get; init; }
}
