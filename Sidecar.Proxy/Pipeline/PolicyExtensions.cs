using System.Diagnostics.CodeAnalysis;

namespace Sidecar.Proxy.Pipeline;

/// <summary>Puts policies on the way of a request.</summary>
internal static class PolicyExtensions
{
    /// <summary>Adds a policy behind those added before.</summary>
    /// <param name="services">The host's services.</param>
    /// <typeparam name="TPolicy">The policy.</typeparam>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy>(this IServiceCollection services)
        where TPolicy : class, IPolicy => services.AddSingleton<TPolicy>().AddSingleton<IPolicy>(static provider => provider.GetRequiredService<TPolicy>());

    /// <summary>Adds the way through the policies.</summary>
    /// <param name="services">The host's services.</param>
    public static void AddPolicies(this IServiceCollection services) => services.AddSingleton<PolicyPipeline>();

    /// <summary>Passes requests through the policies that the configuration in force asks for.</summary>
    /// <param name="app">The pipeline.</param>
    public static void UsePolicies(this IApplicationBuilder app)
    {
        app.Use(app.ApplicationServices.GetRequiredService<PolicyPipeline>().Before);
    }
}
