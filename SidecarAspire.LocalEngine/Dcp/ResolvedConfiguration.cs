namespace Aspire.Hosting.Dcp;

/// <summary>A resource's environment and arguments as they are handed to its process.</summary>
/// <param name="Variables">The environment.</param>
/// <param name="SecretVariables">The names of the variables that hold a secret parameter.</param>
/// <param name="Arguments">The arguments.</param>
/// <param name="HasSecretArguments">Whether one of the arguments holds a secret parameter.</param>
internal sealed record ResolvedConfiguration(
    IReadOnlyList<DcpVariable> Variables, IReadOnlySet<string> SecretVariables, IReadOnlyList<string> Arguments, bool HasSecretArguments);
