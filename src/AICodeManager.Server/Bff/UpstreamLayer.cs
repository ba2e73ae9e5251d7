using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Bff;

/// <summary>An API that does not answer is no fault of the BFF: its refusal is what the browser gets.</summary>
public sealed class UpstreamLayer(RequestDelegate next, RefusalFunnel funnel)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (UpstreamException failed)
        {
            await funnel.AnswerAsync(context, failed.Refusal);
        }
    }
}
