// SPDX-License-Identifier: Apache-2.0
import { createConfig } from "ponder";
import { parseAbi } from "viem";

const startBlock = 0x1000000;
const endBlock = startBlock + Number(process.env.BLOCKS) - 1;
const at = { chain: "mainnet", startBlock, endBlock } as const;
const tokens = JSON.parse(process.env.TOKENS ?? "[]") as `0x${string}`[];

export default createConfig({
  chains: { mainnet: { id: 1, rpc: process.env.RPC_URL } },
  contracts: {
    Pool: {
      ...at,
      address: "0x0000000000000000000000000000000000000002",
      abi: parseAbi([
        "event Supply(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint16 indexed referralCode)",
        "event Withdraw(address indexed reserve, address indexed user, address indexed to, uint256 amount)",
        "event Borrow(address indexed reserve, address user, address indexed onBehalfOf, uint256 amount, uint8 interestRateMode, uint256 borrowRate, uint16 indexed referralCode)",
        "event Repay(address indexed reserve, address indexed user, address indexed repayer, uint256 amount, bool useATokens)",
        "event ReserveDataUpdated(address indexed reserve, uint256 liquidityRate, uint256 stableBorrowRate, uint256 variableBorrowRate, uint256 liquidityIndex, uint256 variableBorrowIndex)",
      ]),
    },
    Token: {
      ...at,
      address: tokens,
      abi: parseAbi([
        "event Mint(address indexed caller, address indexed onBehalfOf, uint256 value, uint256 balanceIncrease, uint256 index)",
        "event Burn(address indexed from, address indexed target, uint256 value, uint256 balanceIncrease, uint256 index)",
      ]),
    },
  },
});
