namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>Everything this room logs. Never content, never headers, nothing a sandbox could have chosen but a priced model's name.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(4100, LogLevel.Information, "Gateway {Label}: socket open after {Milliseconds} ms")]
    public static partial void Opened(ILogger log, string label, long milliseconds);

    [LoggerMessage(4101, LogLevel.Information,
        "Gateway {Label}: {Outcome} {Status} {Model} in {InputTokens} out {OutputTokens} cost {MicroUsd} µ$ {Milliseconds} ms, {Dropped} fields dropped")]
    public static partial void Call(
        ILogger log, string label, string outcome, int status, string model, long inputTokens, long outputTokens, long microUsd, long milliseconds, int dropped);

    [LoggerMessage(4102, LogLevel.Warning, "Gateway {Label}: refused with {Status} {Type}")]
    public static partial void Refused(ILogger log, string label, int status, string type);

    [LoggerMessage(4103, LogLevel.Error, "Gateway {Label}: a call of {MicroUsd} µ$ could not be settled ({Fault}); its reservation stays")]
    public static partial void NotSettled(ILogger log, string label, long microUsd, string fault);

    [LoggerMessage(4104, LogLevel.Error, "Gateway {Label}: the gateway itself failed with {Fault}")]
    public static partial void Failed(ILogger log, string label, string fault);
}
