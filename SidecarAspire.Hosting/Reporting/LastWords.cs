using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;

namespace SidecarAspire.Hosting.Reporting;

/// <summary>What a resource printed before it failed, or what the orchestrator says of it, cut to one line.</summary>
internal static partial class LastWords
{
    private const int MaxLength = 400;
    private const int MaxLines = 3;
    private const string Orchestrator = "[sys] ";

    /// <summary>Reads them; empty when there are none.</summary>
    public static async Task<string> OfAsync(ResourceLoggerService outputs, string resourceId, CancellationToken cancellationToken)
    {
        var batches = new List<IReadOnlyList<LogLine>>();
        try
        {
            await foreach (var lines in outputs.GetAllAsync(resourceId).WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                batches.Add(lines);
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // The orchestrator may have nothing of it any more; that it failed is worth the line all the same.
        }

        // The first holds what Aspire logs of the resource, the others what comes from its program.
        return Of([.. batches.Take(1).SelectMany(lines => lines)], [.. batches.Skip(1).SelectMany(lines => lines)]);
    }

    /// <summary>Chooses them.</summary>
    /// <param name="aspire">What Aspire logs of the resource.</param>
    /// <param name="program">What its program has printed, in any order, and what the orchestrator says of it.</param>
    internal static string Of(IReadOnlyList<LogLine> aspire, IReadOnlyList<LogLine> program)
    {
        // Each line begins with its time. Those of standard output and of standard error come in groups.
        var lines = program
            .OrderBy(line => Time().Match(line.Content).Value, StringComparer.Ordinal)
            .Select(line => (Text: Text(line.Content), line.IsErrorMessage))
            .ToLookup(line => line.Text.StartsWith(Orchestrator, StringComparison.Ordinal));
        var own = lines[false].Where(line => line.Text.Length > 0).ToArray();
        var words = OfProgram([.. (own.Any(line => line.IsErrorMessage) ? own.Where(line => line.IsErrorMessage) : own).Select(line => line.Text)]);
        if (words.Length == 0)
        {
            words = lines[true].Select(line => OrchestratorError().Match(line.Text)).FirstOrDefault(match => match.Success)?.Groups[1].Value
                ?? aspire.Where(line => line.IsErrorMessage).Select(line => OfException(Text(line.Content))).LastOrDefault(string.Empty);
        }

        return words.Length <= MaxLength ? words : $"{words[..MaxLength]}…";
    }

    private static string OfProgram(string[] lines)
    {
        // Frames of a stack and what is drawn around them are indented, or hardly words.
        var said = Array.FindAll(lines, line => line.Length > 1 && !char.IsWhiteSpace(line[0]) && !Trailer().IsMatch(line));
        return said.LastOrDefault(line => Error().IsMatch(line))
            ?? string.Join(" | ", Array.FindAll(said, line => Npm().IsMatch(line)) is { Length: > 0 } npm ? npm.Take(MaxLines) : said.TakeLast(MaxLines));
    }

    // "Failed to …", the exception below it, its stack.
    private static string OfException(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries);
        if (lines.Length == 1 || ExceptionType().Match(lines[1]) is not { Success: true } type)
        {
            return lines[0];
        }

        var message = lines[1][type.Length..];
        return lines[0].StartsWith("Failed to create resource", StringComparison.Ordinal) ? message : $"{lines[0]} {message}";
    }

    private static string Text(string content) => Colour().Replace(Time().Replace(content, string.Empty), string.Empty).TrimEnd();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\S+ ?")]
    private static partial Regex Time();

    [GeneratedRegex(@"\x1b\[[0-9;]*m")]
    private static partial Regex Colour();

    [GeneratedRegex(@"Error = (.+)$")]
    private static partial Regex OrchestratorError();

    [GeneratedRegex(@"([Ee]rror( [A-Z]+\d+)?|[Ee]xception|fatal|panic): ")]
    private static partial Regex Error();

    // The first lines of npm name the failure, the last its log file.
    [GeneratedRegex(@"^npm (error|ERR!) \S")]
    private static partial Regex Npm();

    [GeneratedRegex(@"^(Node\.js v|node:)")]
    private static partial Regex Trailer();

    [GeneratedRegex(@"^[\w.]+Exception: ")]
    private static partial Regex ExceptionType();
}
