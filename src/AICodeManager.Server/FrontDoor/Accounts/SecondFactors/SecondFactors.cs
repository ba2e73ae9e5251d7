using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.FrontDoor.Accounts.SecondFactors;

/// <summary>What a code said about a second factor.</summary>
public enum SecondFactorResult
{
    /// <summary>The account has no factor that a code could prove.</summary>
    NotEnrolled,

    Accepted,
    Wrong,
}

/// <summary>The second factors of accounts. No kind of factor can be enrolled yet.</summary>
public sealed class SecondFactors
{
    /// <summary>Checks a code, and spends it where it is good for one use.</summary>
    public Task<SecondFactorResult> CheckAsync(Account account, string code, RequestOrigin origin, CancellationToken cancel) =>
        Task.FromResult(SecondFactorResult.NotEnrolled);
}
