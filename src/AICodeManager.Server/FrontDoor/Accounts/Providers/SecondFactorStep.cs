using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Sessions;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;
using Microsoft.AspNetCore.Http.Features;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>
/// A provider's word counts as a password does, no more: an account with a second factor opens only with its code.
/// Until then there is no session, just a handle for the same browser, good for ten minutes and five codes.
/// </summary>
public sealed class SecondFactorStep(SingleUse pending, BrowserBinding binding, StandingStore standings, AccountStore accounts)
{
    /// <summary>The code for a sign-in that waits for it.</summary>
    public sealed record CompleteRequest(string Handle, string Code);

    private const int MaxBody = 4096, MaxCode = 64;

    /// <summary>Asks for the code.</summary>
    internal async Task<IResult> AskAsync(UserStanding user, PendingFlow flow, CancellationToken cancel) =>
        ProviderRefusals.SecondFactorNeeded(await pending.KeepAsync(
            PendingSecondFactor.Kind, new PendingSecondFactor(user.Id, flow.Provider, flow.Binding, flow.ReturnTo, Attempts: 0), cancel));

    /// <summary>Takes JSON from a dashboard, or the form of <see cref="ProviderPages"/>, and answers in kind.</summary>
    internal static async Task<IResult> CompleteAsync(
        HttpContext context, SecondFactorStep step, SecondFactors.SecondFactors factors, SignIns signIns, FlowEnd flows, ProviderTable providers,
        CancellationToken cancel)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MaxBody;
        var byForm = context.Request.HasFormContentType;
        var (handle, code) = byForm
            ? await ReadFormAsync(context.Request, cancel)
            : await context.Request.ReadFromJsonAsync<CompleteRequest>(cancel) is { } body ? (body.Handle, body.Code) : ("", "");
        if (code.Length is 0 or > MaxCode)
        {
            return Refusals.InvalidInput("code", $"must be 1 to {MaxCode} characters");
        }

        if (await step.pending.TakeAsync<PendingSecondFactor>(PendingSecondFactor.Kind, handle, cancel) is not { Thing: var waiting } kept
            || !step.binding.Holds(context, waiting.Binding)
            || providers.Find(waiting.Provider) is not { } provider)
        {
            return ProviderRefusals.StateInvalid("the handle is unknown, spent, too old or another browser's");
        }

        if (await step.standings.LoadAsync(waiting.UserId, cancel) is not { Disabled: false } user
            || await step.accounts.FindAsync(waiting.UserId, cancel) is not { } account)
        {
            return await flows.FailedAsync(context, provider, ProviderRefusals.Disabled(), cancel);
        }

        if (await factors.CheckAsync(account, code, RequestOrigin.Of(context), cancel) != SecondFactorResult.Accepted)
        {
            var tried = waiting with { Attempts = waiting.Attempts + 1 };
            if (tried.Attempts >= PendingSecondFactor.MaxAttempts)
            {
                return await flows.FailedAsync(context, provider, ProviderRefusals.StateInvalid("too many wrong codes"), cancel);
            }

            await step.pending.PutBackAsync(PendingSecondFactor.Kind, handle, kept with { Thing = tried }, cancel);
            return await flows.FailedAsync(context, provider, ProviderRefusals.CodeRefused(handle), cancel);
        }

        var method = $"oauth:{waiting.Provider}+code";
        if (!byForm)
        {
            return await signIns.AnswerAsync(context, user, account.View(), SessionKind.Browser, ProofLevel.SecondFactor, method, cancel);
        }

        await signIns.OpenBrowserAsync(context, user, ProofLevel.SecondFactor, method, cancel);
        return ProviderPages.Continue(context, waiting.ReturnTo);
    }

    private static async Task<(string Handle, string Code)> ReadFormAsync(HttpRequest request, CancellationToken cancel)
    {
        var form = await request.ReadFormAsync(new FormOptions { ValueCountLimit = 4, BufferBodyLengthLimit = MaxBody }, cancel);
        return (form["handle"].ToString(), form["code"].ToString());
    }
}
