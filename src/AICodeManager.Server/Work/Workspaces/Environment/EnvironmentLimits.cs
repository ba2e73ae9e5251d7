using System.Text;
using AICodeManager.Server.Ground;
using AICodeManager.Server.Ground.Http;

namespace AICodeManager.Server.Work.Workspaces.Environment;

/// <summary>
/// What one workspace's environment may hold. The kernel takes 128 KiB for one variable and 2 MiB for all of them with the
/// command line (execve(2)); the agent's own and those that a shell adds must find room beside.
/// </summary>
public static class EnvironmentLimits
{
    /// <summary>Bytes of UTF-8 of one value.</summary>
    public const int MaxValue = 32 << 10;

    /// <summary>Variables of a workspace.</summary>
    public const int MaxVariables = 100;

    /// <summary>Bytes of all names and values of a workspace.</summary>
    public const int MaxTotal = 256 << 10;

    /// <summary>What is wrong with values that somebody sends, each under its name; what a value is stays unsaid.</summary>
    public static FieldErrors Check(IReadOnlyDictionary<string, Secret> values)
    {
        var errors = new FieldErrors();
        if (values.Count is 0 or > MaxVariables)
        {
            // So many are not looked at one by one: the answer would be as long as the request.
            errors.Add("values", $"has {values.Count} variables; accepted are 1 to {MaxVariables}");
            return errors;
        }

        foreach (var (name, value) in values)
        {
            if (VariableNames.Fault(name) is { } fault)
            {
                errors.Add("values", fault);
            }
            else if (value is null)
            {
                errors.Add($"values.{name}", "must be a text; DELETE removes a variable");
            }
            else if (value.Reveal().Contains('\0', StringComparison.Ordinal))
            {
                errors.Add($"values.{name}", "must not contain the NUL character");
            }
            else if (Encoding.UTF8.GetByteCount(value.Reveal()) is var bytes && bytes > MaxValue)
            {
                errors.Add($"values.{name}", $"is {bytes} bytes of UTF-8; at most {MaxValue} are accepted");
            }
        }

        return errors;
    }

    /// <summary>Bytes that a variable takes of <see cref="MaxTotal"/>.</summary>
    public static long Size(string name, Secret value) => name.Length + Encoding.UTF8.GetByteCount(value.Reveal());
}
