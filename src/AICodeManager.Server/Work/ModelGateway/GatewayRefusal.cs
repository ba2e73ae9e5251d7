using System.Text.Json;

namespace AICodeManager.Server.Work.ModelGateway;

/// <summary>An answer that is not the model's, in the shape the CLI understands.</summary>
/// <param name="Retry">False tells the CLI to give up at once (<c>x-should-retry: false</c>); null leaves it to the status.</param>
/// <param name="RetryAfter">Seconds.</param>
/// <param name="Fault">What the task reports as its last fault; null when the call says nothing about the task.</param>
internal sealed record GatewayRefusal(
    int Status, string Type, string Message, string? Fault = null, bool? Retry = null, int? RetryAfter = null, int? UpstreamStatus = null)
{
    public static GatewayRefusal Invalid(string message) => new(400, "invalid_request_error", message, FaultKinds.RequestRefused);

    public static GatewayRefusal Forbidden(string message) => new(403, "permission_error", message);

    public UpstreamFault? ToFault() => Fault is null ? null : new UpstreamFault(Fault, Message, UpstreamStatus);

    public async Task WriteAsync(HttpContext http, CancellationToken cancel)
    {
        var response = http.Response;
        response.StatusCode = Status;
        response.ContentType = "application/json";
        if (Retry is { } retry)
            response.Headers["x-should-retry"] = retry ? "true" : "false";
        if (RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString();
        var body = Body();
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, cancel);
    }

    /// <summary>The same as an event, for a stream whose headers are gone already. It may have broken off inside an event: that one is closed first.</summary>
    public byte[] ToEvent() => [.. "\n\nevent: error\ndata: "u8, .. Body(), .. "\n\n"u8];

    private byte[] Body() => JsonSerializer.SerializeToUtf8Bytes(new { type = "error", error = new { type = Type, message = Message } });
}
