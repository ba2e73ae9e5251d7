namespace AICodeManager.Server.Keeping.Checks;

/// <summary>How an item came out; the higher, the worse.</summary>
public enum CheckResult
{
    /// <summary>It cannot apply here; the evidence says why.</summary>
    Skip,
    Pass,

    /// <summary>It works, and should be better.</summary>
    Warn,

    /// <summary>A protection is missing or broken, or nobody could look.</summary>
    Fail,
}

/// <summary>What one item found.</summary>
/// <param name="Evidence">Figures and names read from the live system, in one line of English. Never a secret.</param>
public sealed record Finding(CheckResult Result, string Evidence)
{
    public static Finding Pass(string evidence) => new(CheckResult.Pass, evidence);

    public static Finding Warn(string evidence) => new(CheckResult.Warn, evidence);

    public static Finding Fail(string evidence) => new(CheckResult.Fail, evidence);

    public static Finding Skip(string reason) => new(CheckResult.Skip, reason);

    /// <summary>Passes where the condition holds, else what was found is as bad as said.</summary>
    public static Finding When(bool good, string evidence, CheckResult otherwise = CheckResult.Fail) =>
        new(good ? CheckResult.Pass : otherwise, evidence);

    /// <summary>The worst of several, with the evidence of all that are as bad; those that pass are told where all do.</summary>
    public static Finding Worst(params IReadOnlyList<Finding> findings)
    {
        var worst = findings.Max(one => one.Result);
        return new(worst, string.Join("; ", findings.Where(one => one.Result == worst).Select(one => one.Evidence)));
    }
}
