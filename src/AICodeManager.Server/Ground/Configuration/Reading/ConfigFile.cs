using System.Text;

namespace AICodeManager.Server.Ground.Configuration.Reading;

/// <summary>Reads the text of a configuration file: at most 1 MiB of valid UTF-8, indented with spaces.</summary>
internal static class ConfigFile
{
    /// <summary>Bytes of the largest file that is read.</summary>
    public const int MaxBytes = 1 << 20;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The text; null after a fault has been reported.</summary>
    public static string? Read(string path, FaultList faults)
    {
        try
        {
            if (Directory.Exists(path))
                return Refuse(faults, "is a folder");
            using var file = File.OpenRead(path);
            // A device or a pipe has no length: what is read is bounded, not what is announced.
            var buffer = new byte[MaxBytes + 1];
            var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > MaxBytes)
                return Refuse(faults, $"is larger than {MaxBytes} bytes");
            var text = Strict.GetString(buffer, 0, length).TrimStart('\uFEFF');
            ReportTabs(text, faults);
            return text;
        }
        catch (DecoderFallbackException)
        {
            return Refuse(faults, "is not valid UTF-8");
        }
        catch (FileNotFoundException)
        {
            return Refuse(faults, "does not exist");
        }
        catch (DirectoryNotFoundException)
        {
            return Refuse(faults, "does not exist");
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            return Refuse(faults, "cannot be read by this user");
        }
    }

    private static string? Refuse(FaultList faults, string problem)
    {
        faults.InFile(null, null, problem, $"a readable YAML file of at most {MaxBytes} bytes, in UTF-8");
        return null;
    }

    private static void ReportTabs(string text, FaultList faults)
    {
        long number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            var content = line.TrimStart(" \t");
            var indentation = line[..^content.Length];
            if (!content.IsEmpty && content[0] != '#' && indentation.Contains('\t'))
                faults.InFile(number, null, "is indented with a tab", "spaces");
        }
    }
}
