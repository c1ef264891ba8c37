using System.Text;

namespace Aspire.Hosting;

/// <summary>Takes a command line apart by the rules that <c>dotnet run</c> goes by for launch profiles, those of Microsoft's C runtime.</summary>
internal static class CommandLineArguments
{
    /// <summary>
    /// Blanks part arguments unless they are in double quotes. A backslash is itself, except in front of a double quote: there
    /// two of them are one, and a single one makes the quote a character. Two quotes within quotes are one.
    /// </summary>
    public static IReadOnlyList<string> Parse(string commandLine)
    {
        var arguments = new List<string>();
        var argument = new StringBuilder();
        var (isQuoted, hasBegun) = (false, false);
        for (var i = 0; i < commandLine.Length; i++)
        {
            var character = commandLine[i];
            if (character is ' ' or '\t' && !isQuoted)
            {
                End();
                continue;
            }

            hasBegun = true;
            if (character == '\\')
            {
                var count = commandLine.AsSpan(i).IndexOfAnyExcept('\\') is >= 0 and var length ? length : commandLine.Length - i;
                var isBeforeQuote = i + count < commandLine.Length && commandLine[i + count] == '"';
                argument.Append('\\', isBeforeQuote ? count / 2 : count);
                i += count - 1;
                if (isBeforeQuote && count % 2 == 1)
                {
                    argument.Append('"');
                    i++;
                }
            }
            else if (character != '"')
            {
                argument.Append(character);
            }
            else if (isQuoted && i + 1 < commandLine.Length && commandLine[i + 1] == '"')
            {
                argument.Append('"');
                i++;
            }
            else
            {
                isQuoted = !isQuoted;
            }
        }

        End();
        return arguments;

        void End()
        {
            if (hasBegun)
            {
                arguments.Add(argument.ToString());
                argument.Clear();
                hasBegun = false;
            }
        }
    }
}
