using AICodeManager.Server.FrontDoor.Accounts.Providers.Flow;
using AICodeManager.Server.FrontDoor.Accounts.SecondFactors;
using AICodeManager.Server.FrontDoor.Standing;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.Providers;

/// <summary>
/// A provider's word counts as a password does, no more: an account with a second factor opens only with its code.
/// Until then there is no session, just a handle for the same browser, good for ten minutes and five codes.
/// </summary>
public sealed class SecondFactorStep(
    SingleUse pending, BrowserBinding binding, StandingStore standings, AccountStore accounts, ProviderTable providers, FlowEnd flows)
{
    /// <summary>Whose sign-in is complete, and where they go.</summary>
    public sealed record Complete(UserStanding User, Account Account, string Provider, string ReturnTo);

    /// <summary>Asks for the code.</summary>
    public async Task<Refusal> AskAsync(UserStanding user, PendingFlow flow, CancellationToken cancel) =>
        ProviderRefusals.SecondFactorNeeded(await pending.KeepAsync(
            PendingSecondFactor.Kind, new PendingSecondFactor(user.Id, flow.Provider, flow.Binding, flow.ReturnTo, Attempts: 0), cancel));

    /// <summary>Judges the code. The handle is taken out while it is judged: guesses sent at once do not multiply.</summary>
    public async Task<(Complete? Complete, Refusal? Refused)> JudgeAsync(
        HttpContext context, string handle, string code, SecondFactors.SecondFactors factors, CancellationToken cancel)
    {
        if (await pending.TakeAsync<PendingSecondFactor>(PendingSecondFactor.Kind, handle, cancel) is not { Thing: var waiting } kept
            || !binding.Holds(context, waiting.Binding))
        {
            return (null, ProviderRefusals.StateInvalid("the handle is unknown, spent, too old or another browser's"));
        }

        if (providers.Find(waiting.Provider) is not { } provider)
        {
            return (null, ProviderRefusals.UnknownProvider());
        }

        if (await standings.LoadAsync(waiting.UserId, cancel) is not { Disabled: false } user
            || await accounts.FindAsync(waiting.UserId, cancel) is not { } account)
        {
            return (null, await flows.FailedAsync(context, provider, ProviderRefusals.Disabled(), cancel));
        }

        if (await factors.CheckAsync(account, code, RequestOrigin.Of(context), cancel) == SecondFactorResult.Accepted)
        {
            return (new Complete(user, account, waiting.Provider, waiting.ReturnTo), null);
        }

        var tried = waiting with { Attempts = waiting.Attempts + 1 };
        if (tried.Attempts >= PendingSecondFactor.MaxAttempts)
        {
            return (null, await flows.FailedAsync(context, provider, ProviderRefusals.StateInvalid("too many wrong codes"), cancel));
        }

        await pending.PutBackAsync(PendingSecondFactor.Kind, handle, kept with { Thing = tried }, cancel);
        return (null, await flows.FailedAsync(context, provider, ProviderRefusals.CodeRefused(handle), cancel));
    }
}
