using System.Text.Json.Serialization;

namespace AICodeManager.Server.Work.Sandbox;

/// <summary>Docker's seccomp profile format, as far as both engines can enforce it; unknown members are refused.</summary>
internal sealed record SeccompFile(
    [property: JsonRequired] string DefaultAction,
    [property: JsonRequired] IReadOnlyList<SeccompRule> Syscalls,
    uint DefaultErrnoRet = 1,
    IReadOnlyList<string>? Architectures = null);

/// <summary>One rule: all of the conditions on arguments must hold.</summary>
internal sealed record SeccompRule(
    [property: JsonRequired] IReadOnlyList<string> Names,
    [property: JsonRequired] string Action,
    IReadOnlyList<SeccompCondition>? Args = null,
    uint? ErrnoRet = null,
    string? Comment = null)
{
    /// <summary>libseccomp's number for the action (<c>seccomp.h</c>).</summary>
    public uint ActionNumber() => Action switch
    {
        "SCMP_ACT_ALLOW" => 0x7fff0000,
        "SCMP_ACT_ERRNO" => 0x00050000 | (ErrnoRet ?? 1),
        _ => throw new FormatException($"The seccomp profile uses {Action}; accepted are SCMP_ACT_ALLOW and SCMP_ACT_ERRNO."),
    };
}

/// <summary>A comparison of one argument; for masked equality <paramref name="Value"/> is the mask.</summary>
internal sealed record SeccompCondition(
    [property: JsonRequired] uint Index, [property: JsonRequired] ulong Value, [property: JsonRequired] string Op, ulong ValueTwo = 0)
{
    /// <summary>libseccomp's number for the comparison (<c>enum scmp_compare</c>).</summary>
    public int OperatorNumber() => Op switch
    {
        _ when Index > 5 => throw new FormatException("A system call has arguments 0 to 5."),
        "SCMP_CMP_NE" => 1,
        "SCMP_CMP_LT" => 2,
        "SCMP_CMP_LE" => 3,
        "SCMP_CMP_EQ" => 4,
        "SCMP_CMP_GE" => 5,
        "SCMP_CMP_GT" => 6,
        "SCMP_CMP_MASKED_EQ" => 7,
        _ => throw new FormatException($"The seccomp profile uses the unknown comparison {Op}."),
    };
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(SeccompFile))]
internal sealed partial class SeccompJson : JsonSerializerContext;
