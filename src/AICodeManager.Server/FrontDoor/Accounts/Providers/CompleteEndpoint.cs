using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>The second factor after a provider's sign-in: JSON from a dashboard or the form of <see cref="ProviderPages"/>, answered in kind.</summary>
public static class CompleteEndpoint
{
    public sealed record CompleteRequest(string Handle, string Code);

    private const int MaxBody = 4096, MaxCode = 64;

    public static async Task<IResult> CompleteAsync(
        HttpContext context, SecondFactorStep step, SecondFactors.SecondFactors factors, SignIns signIns, CancellationToken cancel)
    {
        BodyLimit.Set(context, MaxBody);
        var byForm = context.Request.HasFormContentType;
        if (await ReadAsync(context.Request, byForm, cancel) is not { } body)
        {
            return Refusals.MalformedBody("The body must be an object with handle and code.");
        }

        if (body.Code.Length is 0 or > MaxCode)
        {
            return Refusals.InvalidInput("code", $"must be 1 to {MaxCode} characters");
        }

        var (complete, refused) = await step.JudgeAsync(context, body.Handle, body.Code, factors, cancel);
        if (complete is not { User: var user })
        {
            return refused!;
        }

        var method = $"oauth:{complete.Provider}+code";
        if (!byForm)
        {
            return await signIns.AnswerAsync(
                context, user, complete.Account.View(), SessionKind.Browser, ProofLevel.SecondFactor, method, cancel);
        }

        await signIns.OpenBrowserAsync(context, user, ProofLevel.SecondFactor, method, cancel);
        return ProviderPages.Continue(context, complete.ReturnTo);
    }

    private static async Task<CompleteRequest?> ReadAsync(HttpRequest request, bool byForm, CancellationToken cancel)
    {
        try
        {
            if (!byForm)
            {
                return await request.ReadFromJsonAsync<CompleteRequest>(cancel);
            }

            var form = await request.ReadFormAsync(new FormOptions { ValueCountLimit = 4 }, cancel);
            return new(form["handle"].ToString(), form["code"].ToString());
        }
        catch (Exception unreadable) when (unreadable is System.Text.Json.JsonException or InvalidDataException or InvalidOperationException)
        {
            return null;
        }
    }
}
